import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TokenColumnRepository } from './token-column.repository.ts';
import { TokenUsersService } from './token-users.service.ts';
import { UserEntity } from './user.entity.ts';
import { UserRepository } from './user.repository.ts';
import { UsersService } from './users.service.ts';

@Module({
  imports: [TypeOrmModule.forFeature([UserEntity])],
  providers: [TokenColumnRepository, TokenUsersService, UserRepository, UsersService],
  exports: [TokenUsersService, UserRepository, UsersService],
})
export class UsersModule {}
