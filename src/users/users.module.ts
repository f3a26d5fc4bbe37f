import { Module } from '@nestjs/common';
import { UserRepository } from './user.repository.ts';
import { UsersService } from './users.service.ts';

@Module({ providers: [UserRepository, UsersService], exports: [UserRepository, UsersService] })
export class UsersModule {}
